// Take the count of changes for this transaction, until it commits.
MERGE (log:ChangeLog {name: 'facts'})
ON CREATE SET log.seq = 0
REMOVE log.lock
FINISH
