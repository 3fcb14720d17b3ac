// The calls of Built's guide "Sync Transactions", as it makes them: node drive.cjs URL WORKSPACE.
const assert = require("node:assert/strict");
const axiosPackage = require("axios");

const [, , url, workspace] = process.argv;

const baseUrl = `${url}/w/${workspace}/built`;
const axios = axiosPackage.create({
  baseURL: baseUrl,
  headers: { Authorization: "Bearer built-demo", Accept: "application/json", "Content-Type": "application/json" },
});

async function everyPage(first) {
  const ids = [];
  let pages = 0;
  let next = first;
  while (next !== null) {
    const { status, data } = await axios.get(next);
    assert.equal(status, 200);
    assert.equal(data.per_page, 50);
    assert.equal(data.current_page, pages + 1);
    assert.equal(data.total, 1000);
    assert.equal(data.from, ids.length + 1);
    ids.push(...data.data.map((row) => row.id));
    assert.equal(data.to, ids.length);
    next = data.next_page_url;
    pages += 1;
  }
  assert.equal(pages, 20);
  assert.deepEqual(ids, Array.from({ length: 1000 }, (_, at) => 1000 - at));
}

async function refused(call, status) {
  const error = await call.then(() => assert.fail("was taken"), (error) => error);
  assert.equal(error.response?.status, status, error.message);
  return error.response;
}

async function main() {
  await everyPage("/api/v3/sync/expenses?page=1");
  await everyPage("/api/v3/sync?page=1");

  const fields = { from: "2024-02-01", to: "2024-02-23", income_accountID: 39, bank_accountID: 2 };
  const updated = await axios.post("/api/v3/sync/1000", fields);
  assert.equal(updated.data.from, "2024-02-01");
  const invalid = await refused(axios.post("/api/v3/sync/1000", {}), 422);
  assert.deepEqual(invalid.data.errors.bank_accountID, ["The bank account i d field is required."]);

  const expense = { amount: "12.50", expenseAccountID: 1, paymentAccountID: 2, date: "2024-06-05" };
  const changed = await axios.post("/api/v3/sync/expense/transaction/1", expense);
  assert.equal(changed.data.amount, "12.50");
  const removed = await axios.delete("/api/v3/sync/expense/transaction/1");
  assert.equal(removed.data.amount, 12.5);
  assert.equal(removed.data.deleted_at, removed.data.updated_at);
  const income = await axios.delete("/api/v3/sync/transaction/1");
  assert.notEqual(income.data.deleted_at, null);

  // There is nowhere to go to, so that axios takes the 302 for what it is.
  const missing = await refused(axios.delete("/api/v3/sync/transaction/1"), 302);
  assert.equal(missing.data, "Record not found");
  assert.equal(missing.headers.location, undefined);

  const stranger = await refused(axios.get("/api/v3/sync", { headers: { Authorization: "" } }), 401);
  assert.deepEqual(stranger.data, { message: "Unauthenticated." });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
