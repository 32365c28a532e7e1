// There is one state of a rule.
CREATE CONSTRAINT rule_state_rule IF NOT EXISTS
FOR (node:RuleState) REQUIRE node.rule IS UNIQUE
