// Withdraw verdicts: they count no more, and go when the documents have followed.
UNWIND $keys AS key
MATCH (verdict:Verdict {key: key})
USING INDEX SEEK verdict:Verdict(key)
WHERE verdict.kind IS NOT NULL
SET verdict.state = 'gone'
FINISH
