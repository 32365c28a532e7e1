// List keys of rows of which something has changed, and which documents do not follow yet.
MATCH (key:RowKey)
USING INDEX SEEK key:RowKey(unsettled)
WHERE key.unsettled > 0 AND key.type IS NOT NULL
RETURN key.key AS key, key.unsettled AS unsettled
ORDER BY key
