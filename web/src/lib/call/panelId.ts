/** What the side panel can show. */
export type PanelId = 'people' | 'hands' | 'agenda' | 'chat'
