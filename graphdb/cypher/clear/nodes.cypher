// Delete some of our nodes, with every relationship to them, and say how many they were.
//
// What only looks like ours lacks the properties by which ours are known, and stays.
MATCH (node:Chunk|Document|Entity|Derivation|FactChange|RuleState|NameRecord|NameBlock|RowKey|RecordedChange|RecordedDocument|RecordedConclusions|RecordedRun)
WHERE (node:Chunk AND node.key IS NOT NULL AND node.index IS NOT NULL)
  OR (node:Document AND node.id IS NOT NULL AND node.digest IS NOT NULL)
  OR (node:Entity AND node.key IS NOT NULL AND node.aliases IS NOT NULL)
  OR (node:Derivation AND node.fact IS NOT NULL AND node.premises IS NOT NULL)
  OR (node:FactChange AND node.seq IS NOT NULL AND node.facts IS NOT NULL)
  OR (node:RecordedChange AND node.fact IS NOT NULL AND node.kind IS NOT NULL)
  OR (node:RecordedDocument AND node.document IS NOT NULL AND node.facts IS NOT NULL)
  OR (node:RecordedConclusions AND node.facts IS NOT NULL AND node.premise_ends IS NOT NULL)
  OR (node:RecordedRun AND node.run IS NOT NULL AND node.source IS NOT NULL)
  OR (node:RuleState AND node.rule IS NOT NULL AND node.sentence IS NOT NULL)
  OR (node:NameRecord AND node.key IS NOT NULL AND node.type IS NOT NULL)
  OR (node:NameBlock AND node.key IS NOT NULL AND node.type IS NOT NULL)
  OR (node:RowKey AND node.key IS NOT NULL AND node.type IS NOT NULL)
WITH node
LIMIT $limit
DETACH DELETE node
RETURN count(*) AS n
