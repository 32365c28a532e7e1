// Say which transactions are open, by whom, and which of them wait for which.
SHOW TRANSACTIONS
YIELD transactionId, username, startTime, clientAddress, currentQuery, status, metaData
RETURN transactionId AS id, username AS user, startTime AS since, clientAddress AS address,
  currentQuery AS query, status, metaData AS metadata
