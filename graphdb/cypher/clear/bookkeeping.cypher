// Delete the nodes that say under which version, by whom and how far the graph was written.
MATCH (node:SchemaVersion|Lease|ChangeLog|InferenceState)
WHERE (node:SchemaVersion AND node.name = 'nightloom')
  OR (node:Lease AND node.name = 'graph' AND node.epoch IS NOT NULL)
  OR (node:ChangeLog AND node.name = 'facts' AND node.seq IS NOT NULL)
  OR (node:InferenceState AND node.name = 'rules' AND node.pending IS NOT NULL)
DETACH DELETE node
FINISH
