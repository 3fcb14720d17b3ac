"""Companies: made, listed, read, replaced, changed, deleted."""

from urllib.parse import urlencode

import pytest

from tests.dialects.codat.caller import PENDING, QUICKBOOKS, XERO, books_of, card_of
from tests.dialects.codat.refusals import (
    UNKNOWN,
    assert_answered,
    assert_invalid,
    assert_malformed_query,
    assert_no_company,
    assert_not_found,
    assert_not_valid,
    assert_refused,
)

NOW = "2023-05-03T12:57:58.7576090Z"


def company(codat, **changes):
    """A company as it is shown, made just now; `dataConnections` stands between its other members."""
    shown = {
        "id": "",
        "name": "Corner Cafe",
        "description": "",
        "platform": "",
        "redirect": "",
        "dataConnections": [],
        "created": NOW,
        "createdByUserName": None,
        "products": ["expenses-v1"],
        "tags": {},
        **changes,
    }
    return shown | {"redirect": f"http://localhost/w/{codat.name}/codat/link/company/{shown['id']}"}


def make(codat, **body):
    return codat.ok("POST", "/companies", {"name": "Corner Cafe", **body})


def names(codat, query=""):
    """The names of the companies that a query string lists."""
    return [each["name"] for each in codat.ok("GET", f"/companies{query}")["results"]]


def test_a_created_company_is_answered_whole_and_read_alike(codat):
    answer = codat.call("POST", "/companies", {"name": "Corner Cafe", "description": "Mine", "tags": {"region": "uk"}})

    shown = company(codat, id=answer.body["id"], description="Mine", tags={"region": "uk"})
    assert_answered(answer, shown)
    assert_answered(codat.call("GET", f"/companies/{shown['id']}"), shown)


def test_a_company_needs_only_a_name(codat):
    answer = codat.call("POST", "/companies", {"name": "Corner Cafe"})

    assert_answered(answer, company(codat, id=answer.body["id"]))


def test_two_companies_may_share_a_name(codat):
    assert make(codat)["id"] != make(codat)["id"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Acme (X[1])", "Acme X1"),
        ("O'Neil & Sons - a.b, c? d! @home", "O'Neil & Sons - a.b, c? d! @home"),
        ("<script>alert(1)</script>", "scriptalert1script"),
        ("Café 日本", "Caf "),
    ],
)
def test_forbidden_characters_are_taken_out_of_a_name(codat, sent, kept):
    assert make(codat, name=sent)["name"] == kept


def test_property_names_are_read_in_any_case_and_unknown_ones_passed_over(codat):
    made = codat.ok("POST", "/companies", {"NAME": "Corner Cafe", "Tags": {"Region": "uk"}, "colour": "red"})

    assert (made["name"], made["tags"]) == ("Corner Cafe", {"Region": "uk"})


@pytest.mark.parametrize(
    ("body", "where", "told"),
    [
        ({}, "Name", "The Name field is required."),
        ({"name": None}, "Name", "The Name field is required."),
        ({"name": "((("}, "Name", "The Name field is required."),
        ({"name": "日本"}, "Name", "The Name field is required."),
        ({"name": 5}, "Name", "The JSON value could not be converted to System.String."),
        ({"name": "a", "description": 5}, "Description", "The JSON value could not be converted to System.String."),
        (
            {"name": "a", "tags": ["b"]},
            "Tags",
            "The JSON value could not be converted to System.Collections.Generic.Dictionary.",
        ),
        ({"name": "a", "tags": {"b": 1}}, "Tags", "The JSON value could not be converted to System.String."),
        (
            {"name": "a", "tags": {f"t{n}": "" for n in range(11)}},
            "Tags",
            "The field Tags must hold at most 10 tags.",
        ),
        (
            {"name": "a", "tags": {"k" * 28: ""}},
            "Tags",
            "The field Tags must have keys of 1 to 27 and values of at most 100 characters.",
        ),
        (
            {"name": "a", "tags": {"k": "v" * 101}},
            "Tags",
            "The field Tags must have keys of 1 to 27 and values of at most 100 characters.",
        ),
        ([], "", "The JSON value could not be converted to System.Object."),
        ('"name"', "", "The JSON value could not be converted to System.Object."),
    ],
)
def test_what_is_wrong_with_a_company_is_told_by_its_property(codat, body, where, told):
    before = codat.workspace.dump()["codat companies"]

    assert_invalid(codat.call("POST", "/companies", body), (where, told), service="ClientsApi")
    assert codat.workspace.dump()["codat companies"] == before


def test_ten_tags_of_the_greatest_length_are_taken(codat):
    tags = {f"{n}".ljust(27, "k"): "v" * 100 for n in range(10)}

    assert make(codat, tags=tags)["tags"] == tags


def test_null_stands_for_no_description_and_no_tags(codat):
    answer = codat.call("POST", "/companies", {"name": "Corner Cafe", "description": None, "tags": None})

    assert_answered(answer, company(codat, id=answer.body["id"]))


def test_replacing_empties_what_is_left_out(codat):
    made = make(codat, description="Mine", tags={"region": "uk"})

    answer = codat.call("PUT", f"/companies/{made['id']}", {"name": "Other"})

    assert_answered(answer, company(codat, id=made["id"], name="Other"))


def test_a_replacement_needs_a_name(codat):
    answer = codat.call("PUT", f"/companies/{XERO}", {"description": "x"})

    assert_invalid(answer, ("Name", "The Name field is required."), service="ClientsApi")


@pytest.mark.parametrize("body", [{}, {"name": None, "description": None, "tags": None}])
def test_an_update_passes_over_what_is_missing_or_null(codat, body):
    made = make(codat, description="Mine", tags={"region": "uk"})

    assert_answered(codat.call("PATCH", f"/companies/{made['id']}", body), made)


def test_an_update_changes_what_it_names(codat):
    made = make(codat, description="Mine", tags={"region": "uk"})

    answer = codat.call("PATCH", f"/companies/{made['id']}", {"description": "", "tags": {"team": "a"}})

    assert_answered(answer, made | {"description": "", "tags": {"team": "a"}})


def test_a_deleted_company_is_gone_with_its_connections(codat):
    answer = codat.call("DELETE", f"/companies/{XERO}")

    assert (answer.status, answer.text, answer.headers.get("Content-Type")) == (204, "", None)
    assert_no_company(codat.call("GET", f"/companies/{XERO}"), XERO)
    assert_no_company(codat.call("DELETE", f"/companies/{XERO}"), XERO)
    assert_no_company(codat.call("GET", f"/companies/{XERO}/connections/{books_of(XERO)}"), XERO)
    assert_not_found(codat.call("GET", f"/companies/{XERO}/sync/expenses/config"))
    assert "Brightwell Coffee Roasters" not in names(codat)
    assert [each["companyId"] for each in codat.workspace.store.find("codat connections")].count(XERO) == 0


@pytest.mark.parametrize(
    ("method", "body"), [("GET", None), ("PUT", {"name": "a"}), ("PATCH", {"name": "a"}), ("DELETE", None)]
)
def test_an_unknown_company_is_told_with_its_id(codat, method, body):
    assert_no_company(codat.call(method, f"/companies/{UNKNOWN}", body), UNKNOWN)


def test_an_id_is_read_in_either_case_and_printed_in_lower_case(codat):
    assert codat.ok("GET", f"/companies/{XERO.upper()}")["id"] == XERO
    assert_no_company(codat.call("GET", f"/companies/{UNKNOWN.replace('9', 'A')}"), UNKNOWN.replace("9", "a"))


@pytest.mark.parametrize("id", ["nonsense", "%00", "%F0%9F%98%80", "%FF", "'", "%3Cscript%3E"])
def test_an_id_that_is_none_names_no_company(codat, id):
    assert codat.call("GET", f"/companies/{id}").status == 404


def test_companies_are_listed_whole_and_oldest_first(codat):
    answer = codat.call("GET", "/companies?pageSize=1")

    one = codat.ok("GET", f"/companies/{XERO}")
    assert [each["id"] for each in one["dataConnections"]] == [books_of(XERO), card_of(XERO)]
    assert_answered(
        answer,
        {
            "results": [one],
            "pageNumber": 1,
            "pageSize": 1,
            "totalResults": 5,
            "_links": {
                "current": {"href": "/companies?page=1&pageSize=1"},
                "self": {"href": "/companies"},
                "next": {"href": "/companies?page=2&pageSize=1"},
            },
        },
    )


def test_a_workspace_without_companies_lists_none(open_codat):
    answer = open_codat("empty").call("GET", "/companies")

    links = {"current": {"href": "/companies?page=1&pageSize=100"}, "self": {"href": "/companies"}}
    page = {"results": [], "pageNumber": 1, "pageSize": 100, "totalResults": 0, "_links": links}
    assert_answered(answer, page)


def test_a_middle_page_links_both_ways_and_keeps_its_filters(codat):
    query = "?query=name%21%3Dx&orderBy=-name&tags=region%21%3Dfr&page=2&pageSize=2"

    page = codat.ok("GET", f"/companies{query}")

    filters = "query=name%21%3Dx&orderBy=-name&tags=region%21%3Dfr"
    assert page["_links"] == {
        "current": {"href": f"/companies?page=2&pageSize=2&{filters}"},
        "self": {"href": "/companies"},
        "next": {"href": f"/companies?page=3&pageSize=2&{filters}"},
        "previous": {"href": f"/companies?page=1&pageSize=2&{filters}"},
    }


def test_following_next_shows_every_company_once(codat):
    seen, path = [], "/companies?pageSize=2&orderBy=name&query=name~r"
    while path:
        page = codat.ok("GET", path)
        seen += [each["name"] for each in page["results"]]
        path = page["_links"].get("next", {}).get("href")

    assert seen == sorted(name for name in names(codat) if "r" in name.lower())
    assert len(seen) == page["totalResults"] == 5


@pytest.mark.parametrize("page", [1, 2, 3, 4])
def test_a_page_of_all_is_the_page_that_a_filter_which_lets_all_through_gives(codat, page):
    codat.ok("DELETE", f"/companies/{QUICKBOOKS}")
    for number in range(5):
        make(codat, name=f"Cafe {number}")

    plain = codat.ok("GET", f"/companies?page={page}&pageSize=3")
    filtered = codat.ok("GET", f"/companies?page={page}&pageSize=3&query=name!=nobody")

    assert {**filtered, "_links": None} == {**plain, "_links": None}


def test_a_page_shows_what_changed_since_it_was_last_read(codat):
    made = make(codat, name="Cafe")
    codat.ok("GET", "/companies?pageSize=5000")

    codat.ok("PATCH", f"/companies/{made['id']}", {"name": "Bar"})
    connection = codat.ok("POST", f"/companies/{made['id']}/connections", {"platformKey": "gbol"})

    shown = codat.ok("GET", "/companies?pageSize=5000")["results"][-1]
    assert (shown["name"], shown["dataConnections"]) == ("Bar", [connection])


def test_a_page_past_the_end_is_empty_and_links_back(codat):
    page = codat.ok("GET", "/companies?page=9&pageSize=5000")

    assert page == {
        "results": [],
        "pageNumber": 9,
        "pageSize": 5000,
        "totalResults": 5,
        "_links": {
            "current": {"href": "/companies?page=9&pageSize=5000"},
            "self": {"href": "/companies"},
            "previous": {"href": "/companies?page=8&pageSize=5000"},
        },
    }


@pytest.mark.parametrize(
    ("query", "where", "told"),
    [
        ("page=0", "Page", "The field Page must be between 1 and 2147483647."),
        ("page=-1", "Page", "The field Page must be between 1 and 2147483647."),
        ("page=2147483648", "Page", "The field Page must be between 1 and 2147483647."),
        ("page=x", "Page", "The value 'x' is not valid for Page."),
        ("page=", "Page", "The value '' is not valid for Page."),
        ("page=1.5", "Page", "The value '1.5' is not valid for Page."),
        ("page=%D9%A1", "Page", "The value '\u0661' is not valid for Page."),
        (f"page={'9' * 5000}", "Page", f"The value '{'9' * 5000}' is not valid for Page."),
        ("pageSize=0", "PageSize", "The field PageSize must be between 1 and 5000."),
        ("pageSize=5001", "PageSize", "The field PageSize must be between 1 and 5000."),
        (
            f"query={'a' * 2048}",
            "Query",
            (
                "The field Query must be a string or collection type with a minimum length of '0' and maximum length "
                "of '2047'."
            ),
        ),
    ],
)
def test_a_query_string_out_of_bounds_is_not_valid(codat, query, where, told):
    assert_not_valid(codat.call("GET", f"/companies?{query}"), (where, told))


@pytest.mark.parametrize("query", ["?PAGE=2&PAGESIZE=2", "?page=2&page=1&pageSize=2", "?pagesize=2&Page=2&unknown=1"])
def test_query_parameters_are_read_in_any_case_the_first_of_each_and_unknown_ones_passed_over(codat, query):
    page = codat.ok("GET", f"/companies{query}")

    assert (page["pageNumber"], page["pageSize"]) == (2, 2)


def test_an_unknown_property_is_named_with_the_entity(codat):
    text = "Error parsing query - Could not resolve property isCompleted on Company"

    assert_refused(codat.call("GET", "/companies?query=isCompleted%3Dtrue"), 400, text, "ClientsApi")
    assert_refused(codat.call("GET", "/companies?orderBy=-isCompleted"), 400, text, "ClientsApi")


def test_a_connection_inside_answers_a_query_when_any_does(codat):
    assert names(codat, "?query=dataConnections.status%3DPendingAuth") == ["Old Harbour Bakery"]
    assert len(names(codat, "?query=dataConnections.platformName%3D%22Xero%22")) == 0
    assert names(codat, "?query=dataConnections.platformName%3DXero") == [
        "Brightwell Coffee Roasters",
        "Old Harbour Bakery",
    ]


def test_whatever_a_company_and_its_connections_show_answers_a_query(codat):
    company = codat.ok("GET", f"/companies/{XERO}")
    asked = {name: company[name] for name in ("platform", "redirect", "name")}
    (books, _card) = company["dataConnections"]
    asked |= {f"dataConnections.{name}": value for name, value in books.items() if isinstance(value, str)}

    for name, value in asked.items():
        assert company["name"] in names(codat, f"?{urlencode({'query': f'{name}={value}'})}")
        assert company["name"] in names(codat, f"?orderBy=-{name}")
    assert names(codat, f"?{urlencode({'query': 'dataConnections.created>9999-01-01'})}") == []


def test_a_chain_of_not_equal_finds_companies_without_connections(codat):
    make(codat, name="Lonely")
    chain = " && ".join(f"dataConnections.status!={word}" for word in ("Linked", "PendingAuth", "Unlinked"))

    assert names(codat, f"?query={chain.replace(' ', '+').replace('&', '%26')}") == ["Lonely"]


def test_tags_filter_companies_by_keys_of_any_kind(codat):
    make(codat, name="Tagged", tags={"cost-centre 1": "North Sea", "a.b": "x", "1": "y"})

    assert names(codat, "?tags=cost-centre+1%3Dnorth+sea") == ["Tagged"]
    assert names(codat, "?tags=a.b%3Dx+%26%26+1%3Dy") == ["Tagged"]
    assert names(codat, "?tags=cost-centre+1~sea+%26%26+a.b!%3Dz") == ["Tagged"]
    assert "Tagged" in names(codat, "?tags=region!%3Duk")
    assert names(codat, "?tags=region%3Duk") == ["Brightwell Coffee Roasters", "Old Harbour Bakery"]


@pytest.mark.parametrize("tags", ["region", "region>uk", "=uk", "region=uk &&", "{region=uk"])
def test_tags_that_cannot_be_read_are_a_malformed_query(codat, tags):
    assert_malformed_query(codat.call("GET", "/companies", query_string={"tags": tags}))


def test_companies_are_put_in_order_either_way(codat):
    ascending = names(codat, "?orderBy=name")

    assert ascending == sorted(ascending)
    assert names(codat, "?orderBy=-name") == ascending[::-1]
    assert names(codat, "?orderBy=-created") == names(codat)[::-1]


def test_companies_are_ordered_by_instants_however_many_digits_are_printed(codat):
    make(codat, name="Second")
    codat.workspace.store.put(
        "codat companies",
        "whole",
        {**codat.workspace.store.get("codat companies", PENDING), "id": "whole", "created": "2023-05-03T12:57:58Z"},
    )

    assert names(codat, "?orderBy=created")[-2:] == ["Old Harbour Bakery", "Second"]


@pytest.mark.parametrize("order", ["name desc", "--name", "-", "+name", "name,id", "name\n1"])
def test_an_order_that_cannot_be_read_is_a_malformed_query(codat, order):
    assert_malformed_query(codat.call("GET", "/companies", query_string={"orderBy": order}))


def test_blank_filters_filter_nothing(codat):
    page = codat.ok("GET", "/companies?query=&orderBy=+&tags=")

    assert page["totalResults"] == 5
    assert page["_links"]["current"] == {"href": "/companies?page=1&pageSize=100&orderBy=+"}
