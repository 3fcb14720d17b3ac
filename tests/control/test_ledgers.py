from doubleentry.engine.books import FileHash


def test_the_books_of_a_connection(server, api):
    server.submit({"net": "10.50", "tax": "2.10"})
    api.ok("POST", "/clock/advance", {"until": "idle"})
    content = FileHash()
    content.add(b"receipt")
    ledger = server.workspace.ledgers.get("connection")
    posting = ledger.postings()[0].id
    ledger.attach(posting, "receipt.png", "image/png", content)

    books = api.ok("GET", "/ledgers/connection")

    assert (books["platform"], books["currency"]) == ("Books", "GBP")
    assert [row["id"] for row in books["accounts"]] == ["bank", "travel", "meals", "tax", "closed"]
    assert {account: str(balance) for account, balance in books["balances"].items()} == {
        "bank": "-12.60",
        "travel": "10.50",
        "tax": "2.10",
    }
    assert books["postings"][0]["id"] == books["files"][0]["posting"] == posting
    assert (books["files"][0]["size"], books["files"][0]["kept"]) == (7, True)
    assert "content" not in books["files"][0]


def test_one_that_was_never_opened(api):
    assert api.get("/ledgers/none").status == 404
