// Names whose evidence has changed since the last resolution are found without looking at others.
CREATE INDEX name_record_changed IF NOT EXISTS
FOR (node:NameRecord) ON (node.changed)
