/** The floor's parts that come after the first picture, as one file. */
export { default as FloorAside } from './FloorAside.svelte'
export { default as FloorNow } from './FloorNow.svelte'
export { default as HandsPanel } from './HandsPanel.svelte'
