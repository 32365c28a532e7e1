// Delete verdicts that were withdrawn, when documents have followed.
UNWIND $keys AS key
MATCH (verdict:Verdict {key: key})
USING INDEX SEEK verdict:Verdict(key)
WHERE verdict.kind IS NOT NULL AND verdict.state = 'gone'
DELETE verdict
FINISH
