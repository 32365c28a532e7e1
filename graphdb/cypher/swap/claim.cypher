// Claim documents that are to go, in order of id.
UNWIND $ids AS id
MATCH (document:Document {id: id})
USING INDEX SEEK document:Document(id)
WHERE document.digest IS NOT NULL
REMOVE document.lock
FINISH
