// Wait until the index of names has heard of all that was written.
CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()
