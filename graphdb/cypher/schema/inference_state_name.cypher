// There is one state of inference.
CREATE CONSTRAINT inference_state_name IF NOT EXISTS
FOR (node:InferenceState) REQUIRE node.name IS UNIQUE
