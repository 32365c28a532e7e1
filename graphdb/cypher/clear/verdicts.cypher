// Delete what was said of facts.
MATCH (verdict:Verdict)
WHERE verdict.key >= '' AND verdict.kind IS NOT NULL
DETACH DELETE verdict
FINISH
