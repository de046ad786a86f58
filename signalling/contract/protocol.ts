/** Raised when a field is renamed or removed; a page of another version is told to reload. */
export const protocolVersion = 3

/** In the query of a POST that names a connection: its page goes. It brings nothing, and outlives the page. */
export const departureParam = 'gone'

/** Topics that one socket may follow at a time. */
export const maxTopics = 50

/** The largest message a socket may send, in bytes; a join with media capabilities is about 20 kB. */
export const maxMessageBytes = 128 * 1024
