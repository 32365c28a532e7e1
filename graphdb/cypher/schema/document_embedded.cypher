// Documents whose passages wait for vectors are found without looking at others.
CREATE INDEX document_embedded IF NOT EXISTS
FOR (node:Document) ON (node.embedded)
