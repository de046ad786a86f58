// What a site is called beside others. The call's page has this at once, and the rest of officialText.ts not.

/** In one spelling and without abbreviations, to be compared. */
export function expanded(text: string): string {
  return text
    .toLocaleLowerCase('vi')
    .replaceAll('uỷ', 'ủy')
    .replaceAll('ubnd', 'ủy ban nhân dân')
    .replaceAll('hđnd', 'hội đồng nhân dân')
}

/** The unit of a site, empty where the site's own name says it already. */
export function unitBesideSite(siteName: string, unitName: string): string {
  return expanded(siteName).includes(expanded(unitName)) ? '' : unitName
}

/** A site as it is told from those of other units: "Hội trường (Phường A)", "Điểm cầu phường A". */
export function siteWithUnit({ name, unitName }: { name: string; unitName: string }): string {
  const unit = unitBesideSite(name, unitName)
  return unit === '' ? name : `${name} (${unit})`
}
