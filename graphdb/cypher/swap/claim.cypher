// Claim documents that are to go, in order of id.
UNWIND $ids AS id
MATCH (document:Document {id: id})
USING INDEX SEEK document:Document(id)
REMOVE document.lock
FINISH
