/** Kinds of meeting (domain: QĐ 45/2018 groups, UBND and HĐND sittings, city-wide conferences). */
export const meetingKinds = [
  'briefing', // họp giao ban
  'work', // họp giải quyết công việc
  'advisory', // họp tham mưu, tư vấn
  'coordination', // họp điều phối
  'professional', // họp chuyên môn
  'review', // họp sơ kết, tổng kết
  'thematic', // họp chuyên đề
  'training', // họp tập huấn, triển khai
  'committee_sitting', // phiên họp UBND
  'council_session', // kỳ họp HĐND
  'city_conference', // hội nghị trực tuyến toàn thành phố
] as const
export type MeetingKind = (typeof meetingKinds)[number]

/** draft → scheduled → open → ended; draft or scheduled → cancelled. */
export const meetingStatuses = ['draft', 'scheduled', 'open', 'ended', 'cancelled'] as const
export type MeetingStatus = (typeof meetingStatuses)[number]

export const meetingRoles = ['chair', 'secretary', 'delegate', 'guest', 'technician'] as const
export type MeetingRole = (typeof meetingRoles)[number]

export const unitRoles = ['secretary', 'official'] as const
/** What a person is in a unit: `secretary` (secretariat or clerk, runs its meetings) or `official`. */
export type UnitRole = (typeof unitRoles)[number]

export const unitLevels = ['city', 'district', 'commune'] as const
export type UnitLevel = (typeof unitLevels)[number]

export const invitationResponses = ['pending', 'accepted', 'declined'] as const
export type InvitationResponse = (typeof invitationResponses)[number]

/** A participant is a person, or a room with people in it (điểm cầu). */
export type ParticipantKind = 'person' | 'site'

/** draft → submitted → approved → published; submitted → draft when the chair sends it back. */
export const minutesStates = ['draft', 'submitted', 'approved', 'published'] as const
export type MinutesState = (typeof minutesStates)[number]
