// The token of a link stands behind the # of its address, which browsers keep to themselves; the page's form sends it,
// and who asks for another language comes back with it.
for (const field of document.querySelectorAll('input[name="token"]')) field.value ||= location.hash.slice(1)
for (const field of document.querySelectorAll('input[name="next"]')) {
  if (!field.value.includes('#')) field.value += location.hash
}
