// Say who holds the lease, if anybody does.
MATCH (lease:Lease {name: 'graph'})
RETURN lease.epoch AS epoch, lease.holder AS holder, lease.run AS run, lease.since AS since,
  lease.expires AS expires, coalesce(lease.expires > datetime(), false) AS held
