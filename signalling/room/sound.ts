import type { Grant, TrackSource } from '#contract/grant.ts'
import type { ParticipantId, TrackId } from '#contract/ids.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import {
  forbiddenByModerator,
  grantInRole,
  isExemptFromBan,
  mayUse,
  moderatedGrant,
  ownGrant,
  startGrant,
} from '../roomGrants.ts'
import type { RoomState } from './roomState.ts'
import type { Entry } from './seats.ts'

/** Who may be heard and seen, and what the engine says is there. */
export class Sound {
  readonly #state: RoomState
  readonly #forbidden = new Map<ParticipantId, Set<TrackSource>>()
  /** Whom a moderator allowed to speak under the ban. */
  readonly #allowed = new Set<ParticipantId>()
  /** Who has the floor, and whether that alone lets them speak. */
  #onFloor: { id: ParticipantId; isBanLifted: boolean } | null = null

  constructor(state: RoomState) {
    this.#state = state
    state.follow((event) => this.#note(event))
    state.keep('sound', {
      save: () => ({
        forbidden: [...this.#forbidden].map(([id, sources]) => ({ id, sources: [...sources] })),
        allowed: [...this.#allowed],
        onFloor: this.#onFloor,
      }),
      restore: ({ forbidden, allowed, onFloor }) => {
        this.#onFloor = onFloor
        for (const { id, sources } of forbidden) this.#forbidden.set(id, new Set(sources))
        for (const id of allowed) this.#allowed.add(id)
      },
    })
  }

  #note(event: RoomEvent): void {
    switch (event.type) {
      case 'participantJoined':
        this.#noteGrant(event.participant.id, event.participant.role, event.participant.grant)
        break
      case 'grantChanged': {
        const participant = this.#state.participant(event.participantId)
        if (participant) this.#noteGrant(participant.id, participant.role, event.grant)
        break
      }
      case 'unmuteForbidden':
        this.#allowed.clear()
        if (!event.isForbidden) for (const sources of this.#forbidden.values()) sources.delete('microphone')
        this.#noteBanOnSpeaker(event.isForbidden)
        break
      case 'speechBegan':
        this.#onFloor = { id: event.participantId, isBanLifted: event.isBanLifted }
        break
      case 'speechEnded':
        if (this.#onFloor?.isBanLifted) this.#noteBanBack(this.#onFloor.id)
        this.#onFloor = null
        break
    }
  }

  /** Who has the floor keeps it under a ban that comes meanwhile, and no longer. */
  #noteBanOnSpeaker(isForbidden: boolean): void {
    if (!this.#onFloor) return
    const { id } = this.#onFloor
    const role = this.#state.participant(id)?.role
    if (role !== undefined && isExemptFromBan(role)) return
    this.#onFloor = { id, isBanLifted: isForbidden }
    if (isForbidden) this.#allowed.add(id)
  }

  #noteBanBack(id: ParticipantId): void {
    this.#allowed.delete(id)
    this.#forbidden.set(id, new Set([...(this.#forbidden.get(id) ?? []), 'microphone']))
  }

  /** A ban, and a leave to speak under one, outlive leaving and coming back. */
  #noteGrant(id: ParticipantId, role: MeetingRole, grant: Grant): void {
    this.#forbidden.set(id, forbiddenByModerator(role, grant))
    if (grant.microphone === 'forbidden') this.#allowed.delete(id)
    else if (this.#state.view.isUnmuteForbidden && !isExemptFromBan(role)) this.#allowed.add(id)
  }

  /** The rights with which somebody begins. */
  startGrant({ member, microphone, camera }: Entry): Grant {
    return startGrant({
      role: member.role,
      microphone,
      camera,
      forbidden: this.#forbidden.get(member.id) ?? new Set(),
      isUnmuteForbidden: this.#state.view.isUnmuteForbidden && !this.#allowed.has(member.id),
    })
  }

  /** One's own source on or off. @throws AppError not_in_call; forbidden while a moderator or the role forbids it */
  setSource(id: ParticipantId, source: TrackSource, level: 'open' | 'muted', nowMs: number): RoomEvent[] {
    return this.#regrant(id, ownGrant(this.#state.assertIn(id).grant, source, level), id, nowMs)
  }

  /**
   * A moderator's word on one source of somebody. `muted` leaves a ban as it is; `allowed` lifts it and leaves the
   * source muted.
   * @throws AppError not_in_call; forbidden for a ban on who runs the meeting, and for what the role may not
   */
  mute(
    id: ParticipantId,
    source: TrackSource,
    level: 'muted' | 'forbidden' | 'allowed',
    by: ParticipantId,
    nowMs: number,
  ): RoomEvent[] {
    const events = this.#regrant(id, moderatedGrant(this.#state.assertIn(id), source, level), by, nowMs)
    return [...events, ...this.#tellAllowed(by, nowMs)]
  }

  /**
   * Mutes every microphone but the chair's and that of who has the floor, who are not cut short by a word that means
   * everybody else, and that of who asks. `forbidUnmute` also binds who joins later, but nobody who runs the meeting.
   */
  muteAll(forbidUnmute: boolean, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertNotEnded()
    const atMs = this.#state.clock(nowMs)
    const events: RoomEvent[] = []
    if (forbidUnmute && !this.#state.view.isUnmuteForbidden) {
      events.push(...this.#state.commit([{ type: 'unmuteForbidden', atMs, isForbidden: true, by }]))
    }
    for (const { id, role, grant } of Object.values(this.#state.view.participants)) {
      if (id === by || role === 'chair' || id === this.#onFloor?.id || grant.microphone === 'forbidden')
        continue
      const level = forbidUnmute && !isExemptFromBan(role) ? 'forbidden' : 'muted'
      events.push(...this.#regrant(id, moderatedGrant({ role, grant }, 'microphone', level), by, nowMs))
    }
    return [...events, ...this.#tellAllowed(by, nowMs)]
  }

  /** Lifts every ban on microphones; they stay muted until their people open them. */
  allowUnmute(by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertNotEnded()
    const events: RoomEvent[] = []
    const atMs = this.#state.clock(nowMs)
    const { isUnmuteForbidden } = this.#state.view
    if (isUnmuteForbidden || [...this.#forbidden.values()].some((s) => s.has('microphone'))) {
      events.push(...this.#state.commit([{ type: 'unmuteForbidden', atMs, isForbidden: false, by }]))
    }
    for (const { id, role, grant } of Object.values(this.#state.view.participants)) {
      if (grant.microphone !== 'forbidden' || !mayUse(role, 'microphone')) continue
      events.push(...this.#regrant(id, moderatedGrant({ role, grant }, 'microphone', 'allowed'), by, nowMs))
    }
    return [...events, ...this.#tellAllowed(by, nowMs)]
  }

  /** Somebody has the floor: what forbade the microphone is lifted, and the person may open it. */
  openForSpeech(id: ParticipantId, by: ParticipantId, nowMs: number): RoomEvent[] {
    const participant = this.#state.participant(id)
    if (!participant || !mayUse(participant.role, 'microphone')) return []
    const events = this.#regrant(id, moderatedGrant(participant, 'microphone', 'allowed'), by, nowMs)
    return [...events, ...this.#tellAllowed(by, nowMs)]
  }

  /** The floor is no longer theirs: the microphone closes, but the chair's; a ban that was lifted for it is back. */
  closeAfterSpeech(id: ParticipantId, by: ParticipantId | null, nowMs: number): RoomEvent[] {
    const participant = this.#state.participant(id)
    if (!participant || participant.role === 'chair') return this.#tellAllowed(by, nowMs)
    const isBanned = this.#forbidden.get(id)?.has('microphone') === true
    const isBound = isBanned && !isExemptFromBan(participant.role)
    const grant = moderatedGrant(participant, 'microphone', isBound ? 'forbidden' : 'muted')
    return [...this.#regrant(id, grant, by, nowMs), ...this.#tellAllowed(by, nowMs)]
  }

  /** Tells the moderators, and whom it concerns, who may speak under the ban, where that changed. */
  #tellAllowed(by: ParticipantId | null, nowMs: number): RoomEvent[] {
    const told = this.#state.moderators.allowedToUnmute
    const changes = [
      ...[...this.#allowed].filter((id) => !told.includes(id)).map((id) => ({ id, isAllowed: true })),
      ...told.filter((id) => !this.#allowed.has(id)).map((id) => ({ id, isAllowed: false })),
    ]
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit(
      changes.map(({ id, isAllowed }) => ({ type: 'unmuteAllowed', atMs, participantId: id, isAllowed, by })),
    )
  }

  /** Somebody in the call has another role: what it may not closes, what it may again is there to be opened. */
  fitRole(id: ParticipantId, nowMs: number): RoomEvent[] {
    const participant = this.#state.participant(id)
    if (!participant) return []
    const grant = grantInRole(participant, {
      forbidden: this.#forbidden.get(id) ?? new Set(),
      isUnmuteForbidden: this.#state.view.isUnmuteForbidden && !this.#allowed.has(id),
    })
    return this.#regrant(id, grant, null, nowMs)
  }

  #regrant(id: ParticipantId, grant: Grant, by: ParticipantId | null, nowMs: number): RoomEvent[] {
    if (this.#state.participant(id)?.grant === grant) return []
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'grantChanged', atMs, participantId: id, grant, by }])
  }

  /** The engine says so. */
  publishTrack(id: ParticipantId, track: { id: TrackId; source: TrackSource }, nowMs: number): RoomEvent[] {
    const participant = this.#state.participant(id)
    if (!participant || participant.tracks.some((t) => t.id === track.id)) return []
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'trackPublished', atMs, participantId: id, track }])
  }

  /** The engine says so. */
  unpublishTrack(id: ParticipantId, trackId: TrackId, nowMs: number): RoomEvent[] {
    if (!this.#state.participant(id)?.tracks.some((track) => track.id === trackId)) return []
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'trackUnpublished', atMs, participantId: id, trackId }])
  }

  /** A participant's media died: none of its tracks is there any more. */
  dropTracks(id: ParticipantId, nowMs: number): RoomEvent[] {
    const tracks = this.#state.participant(id)?.tracks ?? []
    return tracks.flatMap((track) => this.unpublishTrack(id, track.id, nowMs))
  }
}
