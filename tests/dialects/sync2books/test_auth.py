"""Keys, applications and signatures."""

import pytest

from doubleentry.dialects.sync2books.signatures import digest
from doubleentry.engine.clock import wall_now
from tests.dialects.sync2books.caller import (
    COMPANY,
    OTHER_KEY,
    OTHERS_COMPANY,
    PRODUCTION_KEY,
    Sync2Books,
    assert_refused,
)

SECRET = "cs_development_demo"
NOW = 1767603600123  # the clock of these tests, in milliseconds


def sign(method, path, body="", *, secret=SECRET, at=NOW):
    """Return the two headers of a signed request."""
    text = str(at)
    return {"X-Signature": digest(secret, method, path, body.encode(), text), "X-Timestamp": text}


@pytest.fixture
def signing(s2b):
    """Return a client whose signatures are held against the workspace's clock."""
    s2b.choose("signature-clock", "workspace")
    return s2b


def test_the_check_vector_of_the_documents_is_met():
    body = b'{"name":"Acme"}'

    made = digest("cs_test_secret", "post", "/companies", body, "1700000000000")

    assert made == "9b3a5c296a5aa836c17ba61f23db07ad83238f52885817279dec778a4718ed07"


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": ""}, {"X-API-Key": "  "}, {"Authorization": "Bearer x"}])
def test_a_call_without_a_key_is_told_that_one_is_required(s2b, headers):
    answer = s2b.call("GET", "/companies", key=None, headers=headers)

    assert_refused(answer, 401, "API key is required", "Unauthorized")
    assert "X-RateLimit-Limit" not in answer.headers


@pytest.mark.parametrize(
    "key",
    ["sk_development_other", "cs_development_demo", "whsec_development_demo", "client_demo", "SK_DEVELOPMENT_DEMO"],
)
def test_what_is_no_key_is_told_so(s2b, key):
    assert_refused(s2b.call("GET", "/companies", key=key), 401, "Invalid API key", "Unauthorized")


@pytest.mark.parametrize("name", ["X-API-Key", "x-api-key", "X-Api-Key"])
def test_the_header_is_known_in_any_case(s2b, name):
    assert s2b.call("GET", "/companies", key=None, headers={name: "sk_development_demo"}).status == 200


def test_an_application_sees_the_same_with_the_keys_of_both_environments(s2b):
    assert s2b.ok("GET", "/companies", key=PRODUCTION_KEY) == s2b.ok("GET", "/companies")


def test_a_key_may_name_a_workspace(s2b):
    s2b.ok("POST", "/companies", {"name": "Only here"})

    here = s2b.ok("GET", "/companies", prefix="", key=f"sk_development_demo@{s2b.name}")

    assert here[-1]["name"] == "Only here"


def test_the_key_of_an_inactive_application_is_invalid(s2b):
    with s2b.workspace.transaction():
        [application, *_] = s2b.workspace.store.find("sync2books applications")
        inactive = {**application, "active": False}
        s2b.workspace.store.put("sync2books applications", application["id"], inactive)

    assert_refused(s2b.call("GET", "/companies"), 401, "Invalid API key", "Unauthorized")
    assert s2b.call("GET", "/companies", key=OTHER_KEY).status == 200


def test_an_added_key_speaks_for_the_first_application_or_for_its_owner(s2b):
    s2b.steer("POST", "/keys", {"dialect": "sync2books", "key": "sk_production_added"})
    owner = "f0000000-0000-4000-8000-000000000002"
    s2b.steer("POST", "/keys", {"dialect": "sync2books", "key": "theirs", "owner": owner})

    assert s2b.ok("GET", "/companies", key="sk_production_added") == s2b.ok("GET", "/companies")
    assert [company["id"] for company in s2b.ok("GET", "/companies", key="theirs")] == [OTHERS_COMPANY]


def test_a_key_of_nobody_is_invalid(s2b):
    s2b.steer("POST", "/keys", {"dialect": "sync2books", "key": "stray", "owner": "nobody"})

    assert_refused(s2b.call("GET", "/companies", key="stray"), 401, "Invalid API key", "Unauthorized")


def test_a_key_of_the_first_edition_is_taken_only_where_that_is_chosen(s2b):
    s2b.steer("POST", "/keys", {"dialect": "sync2books", "key": "sk_live_1"})

    before = s2b.call("GET", "/companies", key="sk_live_1")
    s2b.choose("old-keys", "accept")

    assert_refused(before, 401, "Invalid API key", "Unauthorized")
    assert s2b.call("GET", "/companies", key="sk_live_1").status == 200


def test_a_workspace_without_applications_has_the_demo_one(open_sync2books):
    empty = open_sync2books("empty")

    assert empty.ok("GET", "/companies") == []
    assert empty.ok("POST", "/companies", {"name": "First"})["company"]["name"] == "First"


def test_a_signature_over_what_was_sent_is_taken(signing):
    body = '{"name": "Acme"}'

    answer = signing.call("POST", "/companies", body.encode(), headers=sign("POST", "/companies", body))

    assert answer.status == 201


@pytest.mark.parametrize(
    "path",
    ["/companies", "/sync2books/companies", "/v1/companies", "/companies?page=1", "/w/{name}/sync2books/companies"],
)
def test_the_path_may_be_signed_with_our_folders_the_version_and_the_query_or_without(signing, path):
    headers = sign("GET", path.replace("{name}", signing.name))

    assert signing.call("GET", "/companies?page=1", headers=headers).status == 200


def test_a_path_with_the_version_may_be_signed_without_it(signing):
    assert signing.call("GET", "/v1/companies", headers=sign("GET", "/companies")).status == 200


def test_a_path_that_was_quoted_is_signed_as_it_was_sent(signing):
    headers = sign("GET", "/expenses/exp%20001")

    assert_refused(signing.call("GET", "/expenses/exp%20001", headers=headers), 404, "Expense not found", "Not Found")


def test_the_digest_may_be_in_capitals(signing):
    headers = sign("GET", "/companies")

    assert (
        signing.call("GET", "/companies", headers={**headers, "X-Signature": headers["X-Signature"].upper()}).status
        == 200
    )


def test_each_environment_signs_with_its_own_secret(signing):
    headers = sign("GET", "/companies", secret="cs_production_demo")

    assert signing.call("GET", "/companies", key=PRODUCTION_KEY, headers=headers).status == 200
    assert_refused(signing.call("GET", "/companies", headers=headers), 401, "Invalid signature", "Unauthorized")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Signature": "0" * 64, "X-Timestamp": str(NOW)},
        {"X-Signature": "\u00e9", "X-Timestamp": str(NOW)},
        {"X-Signature": "", "X-Timestamp": str(NOW)},
        {"X-Timestamp": str(NOW)},
        {"X-Signature": sign("GET", "/companies")["X-Signature"]},
        {**sign("GET", "/companies"), "X-Timestamp": "now"},
        {**sign("GET", "/companies"), "X-Timestamp": "1e12"},
        {**sign("GET", "/companies"), "X-Timestamp": "9" * 30},
        sign("POST", "/companies"),
        sign("GET", "/company"),
        sign("GET", "/companies", "{}"),
        sign("GET", "/companies", secret="cs_other"),
        {**sign("GET", "/companies"), "X-Timestamp": str(NOW + 1)},
    ],
)
def test_a_signature_that_does_not_hold_is_invalid(signing, headers):
    assert_refused(signing.call("GET", "/companies", headers=headers), 401, "Invalid signature", "Unauthorized")


@pytest.mark.parametrize("off", [-300_001, 300_001, 10**13, 123 - NOW, -NOW])
def test_a_timestamp_more_than_five_minutes_off_has_expired(signing, off):
    headers = sign("GET", "/companies", at=NOW + off)

    answer = signing.call("GET", "/companies", headers=headers)

    assert_refused(answer, 401, "Request timestamp expired", "Unauthorized")


@pytest.mark.parametrize("off", [-300_000, 0, 300_000])
def test_a_timestamp_within_five_minutes_is_taken(signing, off):
    assert signing.call("GET", "/companies", headers=sign("GET", "/companies", at=NOW + off)).status == 200


def test_seconds_are_decades_off(signing):
    answer = signing.call("GET", "/companies", headers=sign("GET", "/companies", at=NOW // 1000))

    assert_refused(answer, 401, "Request timestamp expired", "Unauthorized")


def test_the_time_is_that_of_the_machine_unless_chosen_otherwise(s2b):
    wall = sign("GET", "/companies", at=int(wall_now().timestamp() * 1000))

    assert s2b.call("GET", "/companies", headers=wall).status == 200
    assert s2b.call("GET", "/companies", headers=sign("GET", "/companies", at=1)).status == 401


def test_a_key_without_a_secret_can_sign_nothing(signing):
    signing.steer(
        "POST", "/keys", {"dialect": "sync2books", "key": "theirs", "owner": "f0000000-0000-4000-8000-000000000002"}
    )
    signing.steer(
        "POST",
        "/keys",
        {"dialect": "sync2books", "key": "sk_production_2", "owner": "f0000000-0000-4000-8000-000000000002"},
    )

    answer = signing.call("GET", "/companies", key="sk_production_2", headers=sign("GET", "/companies"))

    assert_refused(answer, 401, "Invalid signature", "Unauthorized")


def test_an_unknown_key_is_told_before_its_signature_is_looked_at(signing):
    answer = signing.call("GET", "/companies", key="unknown", headers={"X-Signature": "x"})

    assert_refused(answer, 401, "Invalid API key", "Unauthorized")


def test_a_signed_form_may_be_signed_with_its_bytes_or_without(signing):
    path = "/connections/a1000000-0000-4000-8000-000000000001/syncs/none/transactions/exp-1/attachments"
    form = '--cut\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nx\r\n--cut--\r\n'
    sent = {"content_type": "multipart/form-data; boundary=cut"}

    statuses = [
        signing.call("POST", path, form.encode(), headers=sign("POST", path, body), **sent).status
        for body in ("", form, "other")
    ]

    assert statuses == [404, 404, 401]


def test_at_the_root_of_a_port_of_its_own_a_bare_path_is_signed(signing):
    class AtTheRoot(Sync2Books):
        def call(self, *arguments, **more):
            return super().call(*arguments, mount="", **more)

    application = signing.application

    class Dialect:
        wsgi = staticmethod(application.dialect_wsgi("sync2books"))
        workspaces = application.workspaces

    root = AtTheRoot(Dialect, signing.name)

    assert root.call("GET", f"/companies/{COMPANY}", headers=sign("GET", f"/companies/{COMPANY}")).status == 200
