"""A client of Sync2Books that signs what it sends, and whose customer consents without a browser."""

import hashlib
import hmac
import time

import pytest
import requests

from tests.functional.serving import serving


@pytest.fixture(scope="module")
def base_url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with serving("--quirk", "sync2books.link=auto", "--log-level", "warning", cwd=folder) as running:
        yield running.ready["dialects"]["sync2books"]["url"]


def connect(base_url):
    """Do what `docs/clients.md` shows, and return the new company's connections."""
    session = requests.Session()
    session.headers["X-API-Key"] = "sk_development_demo"

    def signed(method, path, body=""):
        timestamp = str(time.time_ns() // 1_000_000)
        message = f"{method}{path}{body}{timestamp}".encode()
        signature = hmac.new(b"cs_development_demo", message, hashlib.sha256).hexdigest()
        headers = {"X-Signature": signature, "X-Timestamp": timestamp, "Content-Type": "application/json"}
        return session.request(method, base_url + path, data=body, headers=headers, timeout=10)

    created = signed("POST", "/companies", '{"name": "Acme"}').json()
    requests.get(created["authUrl"], timeout=10).raise_for_status()
    path = f"/companies/{created['company']['id']}/connections"
    return signed("GET", path).json()["connections"]


def test_a_signed_company_is_connected_by_opening_its_url(base_url):
    [connection] = connect(base_url)

    assert (connection["integrationKey"], connection["status"]) == ("QUICKBOOKS", "CONNECTED")
