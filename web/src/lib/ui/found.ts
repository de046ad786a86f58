/** What a picker shows of what there is. */
export interface Found<T> {
  found: T[]
  /** How many there are, whatever is shown of them. */
  total: number
}
