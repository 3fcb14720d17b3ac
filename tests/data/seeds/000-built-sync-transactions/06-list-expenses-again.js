const response = await axios.get("/api/v3/sync/expenses?page=<pagenumber>");
