// Note that documents follow verdicts that were new.
UNWIND $keys AS key
MATCH (verdict:Verdict {key: key})
USING INDEX SEEK verdict:Verdict(key)
WHERE verdict.kind IS NOT NULL AND verdict.state = 'new'
REMOVE verdict.state
FINISH
