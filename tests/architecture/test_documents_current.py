"""The generated documents in `openapi/` are what the declarations say now, and are valid OpenAPI."""

import json
import re
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from doubleentry.app import SURFACES, openapi
from doubleentry.cli.openapi import openapi_documents

FOLDER = Path(__file__).parents[2] / "openapi"
METHODS = {"get", "put", "post", "patch", "delete"}


@pytest.fixture(scope="module")
def documents():
    return openapi_documents()


@pytest.fixture(scope="module", params=[surface.name for surface in SURFACES])
def document(request, documents):
    return yaml.safe_load(documents[f"{request.param}.yaml"])


def operations(document):
    return [
        (path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_the_committed_documents_are_current(documents):
    committed = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}

    assert committed == documents, "run `doubleentry openapi write`"


def test_a_document_is_valid(document):
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_each_pattern_means_the_same_in_every_language(document):
    """The short forms for blanks, digits and letters do not."""
    assert re.findall(r"pattern\W+\S*\\\\[sSdDwWbB].*", json.dumps(document)) == []


def test_each_operation_has_a_name_of_its_own_a_summary_and_a_source(document):
    described = [operation for _, operation in operations(document)]

    assert len({operation["operationId"] for operation in described}) == len(described)
    assert [each["operationId"] for each in described if not each["summary"].endswith(".")] == []
    assert [each["operationId"] for each in described if not each["description"].startswith("Source: ")] == []


def test_each_parameter_in_a_path_is_declared(document):
    for path, operation in operations(document):
        named = [segment[1:-1] for segment in path.split("/") if segment.startswith("{")]
        declared = [each["$ref"].rpartition("/")[2] for each in operation.get("parameters", []) if "$ref" in each]
        assert declared == named, path


def test_each_link_leads_to_an_operation_and_names_only_its_parameters(document):
    known = {operation["operationId"]: path for path, operation in operations(document)}

    for _, operation in operations(document):
        for answer in operation["responses"].values():
            for link in answer.get("links", {}).values():
                path = known[link["operationId"]]
                assert all(f"{{{name}}}" in path for name in link.get("parameters", {})), link


def test_both_documented_paths_of_a_new_expense_are_described():
    surface = next(surface for surface in SURFACES if surface.name == "codat")
    paths = openapi(surface, surface.mount)["paths"]

    assert {path for path in paths if path.endswith("/expense-transactions")} == {
        "/companies/{companyId}/sync/expenses/data/expense-transactions",
        "/companies/{companyId}/sync/expenses/expense-transactions",
    }
    for path in paths:
        if path.endswith("/expense-transactions"):
            body = paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"]
            assert body == {"$ref": "#/components/schemas/CreateExpense"}


def test_the_coverage_list_names_every_operation_and_every_gap(documents):
    for surface in SURFACES:
        shown = [each.id for each in surface.operations if not each.hidden] + [gap.id for gap in surface.gaps]
        assert [id for id in shown if f"| {id} |" not in documents["coverage.md"]] == []
