// Every operation of @codat/sync-for-expenses 3.1.0 that the emulator has, driven against a running emulator.
//
//     node drive.cjs URL WORKSPACE
//
// This client throws for no status. A result has `errorMessage` for the statuses that its operation declares, and for
// the others just its `statusCode` and raw answer.

"use strict";

const assert = require("node:assert/strict");
const { createHash } = require("node:crypto");
const { CodatSyncExpenses } = require("@codat/sync-for-expenses");
const shared = require("@codat/sync-for-expenses/dist/sdk/models/shared");
const { RetryConfig } = require("@codat/sync-for-expenses/dist/internal/utils");

const ABSENT = "0f000000-0000-4000-8000-000000000000"; // an id that nothing has
const CARD = "075caedd-bc0d-450d-8394-93ef3715b306";
const SUPPLIER = "6de1efcf-babf-4187-84b4-3786b35a3cea";
const CUSTOMER = "5a0cb4e3-b79d-4dda-9b37-9ae9be0dd90f";
const STATIONERY = "17f2220d-0159-498b-8fd0-10eaf641adf2";
const ROASTERY = "39e3006c-94dd-4ee4-8ca4-c36498463154";
// The demo's company on QuickBooks Online, which took no updates in 2023, and an account of its expenses.
const QUICKBOOKS = "c0000000-0000-4000-8000-000000000002";
const QUICKBOOKS_ACCOUNT = "7";

const PAYMENT = "31000000-0000-4000-8000-000000000001";
const TRANSFER = "31000000-0000-4000-8000-000000000002";
const REFUSED = "31000000-0000-4000-8000-000000000003";
const ALSO = "31000000-0000-4000-8000-000000000004";

const FAULTS = {
  400: ["PublicApi", "Error processing request - not valid."],
  401: ["PublicApi", "Unauthorized"],
  402: ["PublicApi", "CompanyValidationException: Company limit exceeded"],
  403: ["PublicApi", "You are using an outdated API key or a key not associated with that resource."],
  404: ["ExpenseSyncApi", "NotFound"],
  429: ["PublicApi", "You have made too many requests in a given amount of time; please retry later."],
  500: ["PublicApi", "There is a problem with our server. Please try again later."],
  503: ["PublicApi", "The Codat API is temporarily offline for maintenance. Please try again later."],
};

const [url, workspace] = process.argv.slice(2);
const baseUrl = `${url}/codat`;
const authorization = (key) => `Basic ${Buffer.from(key).toString("base64")}`;

function connect(authorization) {
  return new CodatSyncExpenses({
    security: { authHeader: authorization },
    serverURL: baseUrl,
    retryConfig: new RetryConfig("none"),
  });
}

async function control(method, path, body) {
  const answer = await fetch(`${url}/_emulator/v1${path}`, {
    method,
    headers: { "Content-Type": "application/json", "Emulator-Workspace": workspace },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

const link = (connectionId) => control("POST", `/connections/codat/${connectionId}/link`);
const waitForSync = (sync) => control("POST", "/wait", { for: { sync } });
const failNextCall = (status) => control("POST", "/faults", { match: { dialect: "codat" }, effect: { status } });

function members(object, ...names) {
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}

function transaction(id, others = {}, line = {}) {
  return {
    id,
    type: shared.ExpenseTransactionType.Payment,
    issueDate: "2023-04-03T00:00:00+00:00",
    currency: "GBP",
    currencyRate: 1,
    contactRef: { id: SUPPLIER, type: shared.ContactRefType.Supplier },
    bankAccountRef: { id: CARD },
    merchantName: "Penrose Stationers",
    notes: "Bag labels",
    lines: [
      {
        accountRef: { id: STATIONERY },
        netAmount: 45.5,
        taxAmount: 9.1,
        taxRateRef: { id: "INPUT2" },
        trackingRefs: [{ id: ROASTERY }],
        ...line,
      },
    ],
    ...others,
  };
}

async function keepCompanies(client) {
  const created = await client.companies.create({ name: "Corner (Cafe)", description: "A new one" });
  assert.equal(created.statusCode, 200);
  const company = created.company;
  assert.ok(company instanceof shared.Company);
  assert.deepEqual(
    members(company, "name", "description", "dataConnections"),
    { name: "Corner Cafe", description: "A new one", dataConnections: [] },
  );
  assert.equal(company.id.length, 36);
  assert.match(company.redirect, /^http/);
  assert.match(company.created, /^20/);

  const got = (await client.companies.get({ companyId: company.id })).company;
  assert.deepEqual(members(got, "id", "name", "redirect"), members(company, "id", "name", "redirect"));
  const updated = await client.companies.update({
    companyId: company.id,
    companyRequestBody: { name: "Corner House" },
  });
  assert.equal(updated.statusCode, 200);
  assert.deepEqual(members(updated.company, "id", "name"), { id: company.id, name: "Corner House" });

  const page = (await client.companies.list({ page: 2, pageSize: 2, orderBy: "name" })).companies;
  assert.deepEqual(
    members(page, "pageNumber", "pageSize", "totalResults"),
    { pageNumber: 2, pageSize: 2, totalResults: 6 },
  );
  assert.equal(page.results.length, 2);
  assert.ok(page.results[0] instanceof shared.Company);
  assert.equal(page.links.self.href, "/companies");
  for (const name of ["current", "next", "previous"]) assert.match(page.links[name].href, /^\/companies\?/);
  const found = (await client.companies.list({ query: "name=Corner House" })).companies;
  assert.deepEqual(found.results.map((one) => one.id), [company.id]);
  return company.id;
}

async function keepConnections(client, companyId) {
  const created = (await client.connections.create({ companyId, requestBody: { platformKey: "gbol" } })).connection;
  assert.ok(created instanceof shared.Connection);
  assert.deepEqual(members(created, "platformName", "integrationKey", "sourceType", "status"), {
    platformName: "Xero",
    integrationKey: "gbol",
    sourceType: shared.ConnectionSourceType.Accounting,
    status: shared.DataConnectionStatus.PendingAuth,
  });
  for (const name of ["id", "integrationId", "sourceId"]) assert.equal(created[name].length, 36);
  assert.ok(created.linkUrl.includes(`/companies/${companyId}/connections/${created.id}/start`), created.linkUrl);
  assert.match(created.created, /^20/);

  await link(created.id);
  const linked = (await client.connections.get({ companyId, connectionId: created.id })).connection;
  assert.equal(linked.status, shared.DataConnectionStatus.Linked);

  const partner = (await client.connections.createPartnerExpenseConnection({ companyId })).connection;
  assert.deepEqual(members(partner, "platformName", "sourceType", "status"), {
    platformName: "Partner Expense",
    sourceType: shared.ConnectionSourceType.Other,
    status: shared.DataConnectionStatus.Linked,
  });

  const page = (await client.connections.list({ companyId })).connections;
  assert.deepEqual(
    members(page, "pageNumber", "pageSize", "totalResults"),
    { pageNumber: 1, pageSize: 100, totalResults: 2 },
  );
  assert.deepEqual(page.results.map((one) => one.id), [created.id, partner.id]);
  assert.equal(page.links.self.href, `/companies/${companyId}/connections`);

  const spare = (await client.companies.create({ name: "Spare" })).company.id;
  const other = (await client.connections.create({ companyId: spare, requestBody: { platformKey: "qhyg" } })).connection;
  await link(other.id);
  const unlinked = await client.connections.unlink({
    companyId: spare,
    connectionId: other.id,
    requestBody: { status: shared.DataConnectionStatus.Unlinked },
  });
  assert.equal(unlinked.statusCode, 200);
  assert.equal(unlinked.connection.status, shared.DataConnectionStatus.Unlinked);
  const deleted = await client.connections.delete({ companyId: spare, connectionId: other.id });
  assert.equal(deleted.statusCode, 200);
  assert.deepEqual((await client.connections.list({ companyId: spare })).connections.results, []);
  assert.equal((await client.companies.delete({ companyId: spare })).statusCode, 204);
  return created.id;
}

async function configure(client, companyId) {
  const plain = (configuration) => JSON.parse(JSON.stringify(configuration));
  const unset = (await client.configuration.get({ companyId })).companyConfiguration;
  assert.deepEqual(plain(unset), { bankAccount: {}, customer: {}, supplier: {} });

  const configuration = { bankAccount: { id: CARD }, customer: { id: CUSTOMER }, supplier: { id: SUPPLIER } };
  const saved = await client.configuration.set({ companyId, companyConfiguration: configuration });
  assert.equal(saved.statusCode, 200);
  assert.ok(saved.companyConfiguration instanceof shared.CompanyConfiguration);
  assert.deepEqual(plain(saved.companyConfiguration), configuration);
  assert.deepEqual(plain((await client.configuration.get({ companyId })).companyConfiguration), configuration);
}

async function readMappingOptions(client, companyId) {
  const options = (await client.configuration.getMappingOptions({ companyId })).mappingOptions;
  assert.equal(options.expenseProvider, "Partner Expense");
  const stationery = options.accounts.find((account) => account.id === STATIONERY);
  assert.ok(stationery instanceof shared.AccountMappingInfo);
  assert.deepEqual(members(stationery, "name", "currency", "accountType"), {
    name: "Printing & Stationery",
    currency: "GBP",
    accountType: shared.AccountMappingInfoAccountType.Expense,
  });
  assert.equal(stationery.validTransactionTypes[0], shared.AccountMappingInfoValidTransactionTypes.Payment);
  const rate = options.taxRates.find((rate) => rate.id === "INPUT2");
  assert.deepEqual(
    members(rate, "name", "code", "effectiveTaxRate", "totalTaxRate"),
    { name: "20% (VAT on Expenses)", code: "INPUT2", effectiveTaxRate: 20, totalTaxRate: 20 },
  );
  const category = options.trackingCategories.find((category) => category.id === ROASTERY);
  assert.deepEqual(members(category, "name", "hasChildren"), { name: "Roastery", hasChildren: false });
  const parent = options.trackingCategories.find((parent) => parent.id === category.parentId);
  assert.deepEqual(members(parent, "name", "hasChildren"), { name: "Department", hasChildren: true });
}

async function create(client, companyId, ...items) {
  const created = await client.expenses.create({ companyId, createExpenseRequest: { items } });
  assert.equal(created.statusCode, 200, JSON.stringify(created.errorMessage));
  return created.createExpenseResponse.datasetId;
}

async function initiate(client, companyId, datasetId) {
  const initiated = await client.sync.initiateSync({ companyId, initiateSync: { datasetIds: [datasetId] } });
  assert.equal(initiated.statusCode, 202, JSON.stringify(initiated.errorMessage));
  assert.ok(initiated.syncInitiated instanceof shared.SyncInitiated);
  return initiated.syncInitiated.syncId;
}

const statusOf = async (client, companyId, syncId) => (await client.sync.get({ companyId, syncId })).companySyncStatus;

async function pushExpenses(client, companyId) {
  const transfer = transaction(
    TRANSFER,
    { type: shared.ExpenseTransactionType.TransferOut },
    { accountRef: { id: CARD } },
  );
  const datasetId = await create(client, companyId, transaction(PAYMENT), transfer);
  assert.equal(datasetId.length, 36);

  await control("PUT", "/pace", { preset: "instant", mode: "hold", next: 1 });
  const syncId = await initiate(client, companyId, datasetId);
  const pending = await statusOf(client, companyId, syncId);
  assert.deepEqual(members(pending, "syncStatusCode", "dataPushed"), { syncStatusCode: 1000, dataPushed: false });
  await control("POST", `/syncs/${syncId}/release`);
  await waitForSync(syncId);
  return syncId;
}

async function readStatuses(client, companyId, syncId) {
  const status = await statusOf(client, companyId, syncId);
  assert.ok(status instanceof shared.CompanySyncStatus);
  assert.match(status.syncUtc, /Z$/);
  assert.deepEqual({ ...status }, {
    companyId,
    syncId,
    syncStatusCode: 2000,
    syncStatus: "Complete",
    errorMessage: "",
    syncExceptionMessage: "",
    syncUtc: status.syncUtc,
    dataPushed: true,
  });
  assert.deepEqual((await client.sync.getLatestSync({ companyId })).companySyncStatus, status);
  assert.deepEqual((await client.sync.getLastSuccessfulSync({ companyId })).companySyncStatus, status);
  assert.deepEqual((await client.sync.list({ companyId })).companySyncStatuses, [status]);
}

async function readTransactions(client, companyId, syncId) {
  const page = (await client.transactionStatus.list({ companyId, syncId, page: 2, pageSize: 1 })).transactions;
  assert.deepEqual(
    members(page, "pageNumber", "pageSize", "totalResults"),
    { pageNumber: 2, pageSize: 1, totalResults: 2 },
  );
  assert.ok(page.results[0] instanceof shared.Transaction);
  const row = (transactionId) => ({
    transactionId,
    status: shared.TransactionStatus.Completed,
    integrationType: shared.IntegrationType.Expenses,
  });
  const shown = (row) => members(row, "transactionId", "status", "integrationType");
  assert.deepEqual(page.results.map(shown), [row(TRANSFER)]);
  const path = `/companies/${companyId}/syncs/${syncId}/transactions`;
  assert.equal(page.links.self.href, path);
  assert.equal(page.links.current.href, `${path}?page=2&pageSize=1`);
  assert.equal(page.links.next, undefined);
  assert.equal(page.links.previous.href, `${path}?page=1&pageSize=1`);

  const one = await client.transactionStatus.get({ companyId, syncId, transactionId: PAYMENT });
  assert.equal(one.statusCode, 200);
  // Declared as one Transaction by this client, sent as an array of them by Codat in all its documents.
  assert.ok(one.transaction[0] instanceof shared.Transaction);
  assert.deepEqual(one.transaction.map(shown), [row(PAYMENT)]);
}

const upload = (client, companyId, syncId, transactionId, content) =>
  client.expenses.uploadAttachment({
    companyId,
    syncId,
    transactionId,
    requestBody: { content, requestBody: "receipt.pdf" },
  });

async function uploadReceipt(client, companyId, connectionId, syncId) {
  const content = Buffer.from("%PDF-1.4 a receipt");
  const uploaded = await upload(client, companyId, syncId, PAYMENT, content);
  assert.equal(uploaded.statusCode, 200, JSON.stringify(uploaded.errorMessage));
  assert.ok(uploaded.attachment instanceof shared.Attachment);
  assert.deepEqual(members(uploaded.attachment, "companyId", "transactionId"), { companyId, transactionId: PAYMENT });
  const [kept] = (await control("GET", `/ledgers/${connectionId}`)).files;
  assert.deepEqual(members(kept, "id", "name", "size", "sha256"), {
    id: uploaded.attachment.id,
    name: "receipt.pdf",
    size: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
  });
}

function update(client, companyId, transactionId, line = {}, others = {}) {
  const { id, ...change } = transaction(transactionId, { notes: "Twice as many", ...others }, line);
  return client.expenses.update({ companyId, transactionId, updateExpenseRequest: change });
}

async function updateExpense(client, companyId) {
  const updated = await update(client, companyId, PAYMENT);
  assert.equal(updated.statusCode, 202, JSON.stringify(updated.errorMessage));
  const syncId = updated.updateExpenseResponse.syncId;
  await waitForSync(syncId);
  const status = await statusOf(client, companyId, syncId);
  assert.deepEqual(
    members(status, "syncStatusCode", "syncStatus"),
    { syncStatusCode: 2000, syncStatus: "Complete" },
  );
}

async function failToPush(client, companyId) {
  const wrong = transaction(REFUSED, {}, { accountRef: { id: "no-such-account" } });
  const syncId = await initiate(client, companyId, await create(client, companyId, wrong));
  await waitForSync(syncId);
  const status = await statusOf(client, companyId, syncId);
  assert.deepEqual(
    members(status, "syncStatusCode", "syncStatus", "dataPushed"),
    { syncStatusCode: 5130, syncStatus: "PushError", dataPushed: false },
  );
  assert.ok(status.errorMessage);
  const [row] = (await client.transactionStatus.get({ companyId, syncId, transactionId: REFUSED })).transaction;
  assert.equal(row.status, shared.TransactionStatus.PushError);
  assert.ok(row.message);
  const refused = await upload(client, companyId, syncId, REFUSED, Buffer.from("%PDF-1.4"));
  assert.equal(refused.errorMessage.statusCode, 400);
}

function checkError(result, statusCode, service, error) {
  assert.equal(result.statusCode, statusCode);
  assert.ok(result.errorMessage instanceof shared.ErrorMessage, `no errorMessage with ${statusCode}`);
  assert.deepEqual(
    members(result.errorMessage, "statusCode", "service", "error", "detailedErrorCode"),
    { statusCode, service, error, detailedErrorCode: 0 },
  );
  assert.equal(result.errorMessage.correlationId.length, 32);
  assert.equal(typeof result.errorMessage.canBeRetried, "string");
}

async function refuse(client, companyId) {
  const nowhere = await client.companies.get({ companyId: ABSENT });
  checkError(nowhere, 404, "ClientsApi", `No company was found with ID ${ABSENT}`);
  const missing = await client.connections.get({ companyId, connectionId: ABSENT });
  checkError(missing, 404, "PublicApi", `Data connection ${ABSENT} not found`);
  checkError(await client.sync.get({ companyId, syncId: ABSENT }), 404, "ExpenseSyncApi", "NotFound");
  const problems = "There are problems with the request, see the Validation property for more detail.";
  checkError(await client.companies.create({ name: "" }), 400, "ClientsApi", problems);
  const tooMuch = transaction(ALSO, {}, { netAmount: 6_000_000 });
  const refused = await client.expenses.create({ companyId, createExpenseRequest: { items: [tooMuch] } });
  checkError(refused, 400, "ExpenseSyncApi", problems);
  const malformed = await client.companies.list({ query: "{name=Corner" });
  checkError(malformed, 400, "ClientsApi", "Error parsing query - Malformed query.");

  const ask = (companyId, datasetId) =>
    client.sync.initiateSync({ companyId, initiateSync: { datasetIds: [datasetId] } });
  checkError(await ask(companyId, ABSENT), 400, "ExpenseSyncApi", problems);
  checkError(await ask(ABSENT, ABSENT), 404, "ExpenseSyncApi", "NotFound");
  const alone = (await client.companies.create({ name: "Alone" })).company.id;
  const lonely = await ask(alone, await create(client, alone, transaction(ALSO)));
  assert.equal(lonely.errorMessage.statusCode, 422);

  const line = { accountRef: { id: QUICKBOOKS_ACCOUNT }, taxRateRef: { id: "NON" }, trackingRefs: undefined };
  const others = { currency: "USD", contactRef: undefined, bankAccountRef: undefined };
  const datasetId = await create(client, QUICKBOOKS, transaction(ALSO, others, line));
  await waitForSync(await initiate(client, QUICKBOOKS, datasetId));
  checkError(
    await update(client, QUICKBOOKS, ALSO, line, others),
    422,
    "ExpenseSyncApi",
    "Expense transaction updates are not supported for platforms other than Xero.",
  );

  const stranger = connect(authorization("nobody"));
  checkError(await stranger.companies.list({}), 401, "PublicApi", "Unauthorized");
}

// The service of companies and connections says what it does not find.
function ordered(status, group, name, { companyId, connectionId }) {
  const ofCompanies = ["companies", "connections"].includes(group) && name !== "createPartnerExpenseConnection";
  if (status !== 404 || !ofCompanies) return FAULTS[status];
  if (connectionId) return ["PublicApi", `Data connection ${connectionId} not found`];
  return companyId ? ["ClientsApi", `No company was found with ID ${companyId}`] : FAULTS[status];
}

// Order every status of every operation: what an operation declares comes as `errorMessage`.
async function failAsOrdered(client, companyId, syncId) {
  const company = { companyId };
  const one = { companyId, connectionId: ABSENT };
  const sync = { companyId, syncId };
  const row = { ...sync, transactionId: PAYMENT };
  const read = [401, 404, 429];
  const all = [400, ...read];
  const calls = [
    ["companies", "create", { name: "Any" }, [400, 401, 429]],
    ["companies", "delete", company, read],
    ["companies", "get", company, read],
    ["companies", "list", {}, [400, 401, 429]],
    ["companies", "update", { ...company, companyRequestBody: { name: "Any" } }, read],
    ["connections", "create", company, read],
    ["connections", "createPartnerExpenseConnection", company, all],
    ["connections", "delete", one, read],
    ["connections", "get", one, read],
    ["connections", "list", company, all],
    ["connections", "unlink", one, read],
    ["configuration", "get", company, read],
    ["configuration", "getMappingOptions", company, read],
    ["configuration", "set", company, all],
    ["expenses", "create", company, all],
    ["expenses", "update", { ...company, transactionId: PAYMENT }, all],
    ["expenses", "uploadAttachment", row, all],
    ["sync", "initiateSync", company, [400, 404]],
    ["sync", "get", sync, read],
    ["sync", "getLastSuccessfulSync", company, read],
    ["sync", "getLatestSync", company, read],
    ["sync", "list", company, read],
    ["transactionStatus", "get", row, read],
    ["transactionStatus", "list", sync, read],
  ];
  for (const [group, name, request, declared] of calls) {
    for (const status of Object.keys(FAULTS).map(Number)) {
      await failNextCall(status);
      const result = await client[group][name](request);
      const said = ordered(status, group, name, request);
      if (declared.includes(status)) checkError(result, status, ...said);
      assert.equal(result.statusCode, status, `${group}.${name}`);
      const body = JSON.parse(new TextDecoder().decode(result.rawResponse.data));
      assert.deepEqual([body.statusCode, body.service, body.error], [status, ...said], `${group}.${name}`);
    }
  }
}

async function takeLeave(client, companyId) {
  assert.equal((await client.companies.delete({ companyId })).statusCode, 204);
  assert.equal((await client.companies.get({ companyId })).errorMessage.statusCode, 404);
}

async function drive() {
  const client = connect(authorization(`codat-demo@${workspace}`));
  const companyId = await keepCompanies(client);
  const connectionId = await keepConnections(client, companyId);
  await configure(client, companyId);
  await readMappingOptions(client, companyId);
  const syncId = await pushExpenses(client, companyId);
  await readStatuses(client, companyId, syncId);
  await readTransactions(client, companyId, syncId);
  await uploadReceipt(client, companyId, connectionId, syncId);
  await updateExpense(client, companyId);
  await failToPush(client, companyId);
  await refuse(client, companyId);
  await failAsOrdered(client, companyId, syncId);
  await takeLeave(client, companyId);
}

drive().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
