// End one transaction; it is rolled back.
TERMINATE TRANSACTIONS $id
YIELD transactionId, message
RETURN transactionId AS id, message
