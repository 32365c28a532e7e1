// Prepares what Neo4j Browser remembers, before it looks: written by `nightloom up`.
(() => {
  const given = GIVEN
  const read = name => {
    try {
      return JSON.parse(localStorage.getItem(name))
    } catch {
      return null
    }
  }
  const write = (name, value) => localStorage.setItem(name, JSON.stringify(value))

  // A person's own saved queries and folders stay; ours are renewed.
  const isOurs = item => String(item.id).startsWith('nightloom')
  for (const name of ['documents', 'folders']) {
    const kept = read(`neo4j.${name}`)
    const theirs = Array.isArray(kept) ? kept.filter(item => !isOurs(item)) : []
    write(`neo4j.${name}`, [...theirs, ...given[name]])
  }

  // A style is replaced while it is the one that was given last; Browser adds to it by itself what
  // it needs, so only what was given is compared.
  const last = read('nightloom.given') ?? {}
  const holds = (whole, part) =>
    Object.entries(part).every(([key, value]) => JSON.stringify(whole[key]) === JSON.stringify(value))
  const style = read('neo4j.grass')
  if (!style || (last.grass && holds(style, last.grass))) write('neo4j.grass', given.grass)
  const settings = read('neo4j.settings') ?? {}
  for (const [name, value] of Object.entries(given.settings)) {
    const isOurs = settings[name] === last.settings?.[name]
    const isDefault = !(name in settings) || settings[name] === ':play start'
    if (isOurs || isDefault || !last.settings) settings[name] = value
  }
  write('neo4j.settings', settings)
  write('nightloom.given', { grass: given.grass, settings: given.settings })

  // The user's name and the server stand in the form; the password is for a person to type.
  const query = new URLSearchParams(location.search)
  if (!query.has('dbms') && !query.has('connectURL')) {
    query.set('dbms', given.dbms)
    history.replaceState(null, '', `${location.pathname}?${query}${location.hash}`)
  }

  // A style of Browser's knows the type of a relationship and no more. What a rule concluded is
  // drawn dashed here, each for itself, by the property that says so. The arrow is an area that lies
  // along the x axis of its group, so stripes across it are dashes.
  const DASHES =
    '<svg width="0" height="0" style="position: absolute" aria-hidden="true"><defs>' +
    '<pattern id="nightloom-dashes" width="9" height="9" patternUnits="userSpaceOnUse">' +
    '<rect width="6" height="9" fill="#8C8C8C"/></pattern></defs></svg>'
  const draw = () => {
    for (const arrow of document.querySelectorAll('g.relationship')) {
      const isDerived = String(arrow.__data__?.propertyMap?.derived) === 'true'
      const path = arrow.querySelector('path.b-outline')
      if (path) path.style.fill = isDerived ? 'url(#nightloom-dashes) #A5A5A5' : ''
    }
  }
  let isDue = false
  const soon = () => {
    if (isDue) return
    isDue = true
    requestAnimationFrame(() => {
      isDue = false
      draw()
    })
  }
  addEventListener('DOMContentLoaded', () => {
    document.body.insertAdjacentHTML('beforeend', DASHES)
    new MutationObserver(soon).observe(document.body, { childList: true, subtree: true })
  })
})()
