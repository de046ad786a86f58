/** What was made of a track, and how to end making it. */
export interface Made {
  track: MediaStreamTrack
  end(): void
}
