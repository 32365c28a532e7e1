// Take the lease; whoever held it before can commit nothing more.
MATCH (lease:Lease {name: 'graph'})
SET lease.epoch = lease.epoch + 1, lease.holder = $holder, lease.run = $run,
  lease.since = datetime(), lease.expires = datetime() + duration({seconds: $ttl_s})
FINISH
