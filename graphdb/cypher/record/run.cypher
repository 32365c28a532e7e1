// Record that a night has begun: of which run, over which source.
CREATE (:RecordedRun {run: $run, epoch: $epoch, source: $source, at: datetime()})
FINISH
