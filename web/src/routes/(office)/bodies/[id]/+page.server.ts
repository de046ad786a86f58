import { toDateInput } from '#contract/cityTime.ts'
import { membersIn } from '#web/pages/bodies/memberRows.ts'
import { bodyAct, bodyForms, spanOf } from '#web/server/bodySubmission.ts'
import { services } from '#web/server/services.ts'
import { viewerIn } from '#web/server/viewerIn.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => ({
  body: await services().bodies.get(viewerIn(locals), params.id),
  today: toDateInput(Date.now()),
})

export const actions: Actions = {
  change: async ({ request, locals, params }) =>
    bodyAct(bodyForms.change, await request.formData(), ({ kind, name, term, ...days }) =>
      services().bodies.change(viewerIn(locals), { bodyId: params.id, kind, name, term, ...spanOf(days) }),
    ),
  addMember: async ({ request, locals, params }) =>
    bodyAct(bodyForms.addMember, await request.formData(), ({ office, from, lastDay, ...person }) =>
      services().bodies.addMembers(viewerIn(locals), {
        ...{ bodyId: params.id, ...spanOf({ from, lastDay }) },
        members: [{ ...person, offices: office === '' ? [] : [office] }],
      }),
    ),
  addMembers: async ({ request, locals, params }) =>
    bodyAct(bodyForms.addMembers, await request.formData(), ({ rows, mayVote, ...days }) =>
      services().bodies.addMembers(viewerIn(locals), {
        ...{ bodyId: params.id, ...spanOf(days) },
        members: membersIn(rows, mayVote),
      }),
    ),
  changeMember: async ({ request, locals }) =>
    bodyAct(bodyForms.changeMember, await request.formData(), ({ from, lastDay, ...member }) =>
      services().bodies.changeMember(viewerIn(locals), { ...member, ...spanOf({ from, lastDay }) }),
    ),
  endMember: async ({ request, locals }) =>
    bodyAct(bodyForms.endMember, await request.formData(), ({ mandateId, lastDay, endReason }) => {
      const until = untilOf(lastDay)
      return services().bodies.endMember(viewerIn(locals), { mandateId, until, endReason })
    }),
  removeMember: async ({ request, locals }) =>
    bodyAct(bodyForms.removeMember, await request.formData(), ({ mandateId }) =>
      services().bodies.removeMember(viewerIn(locals), mandateId),
    ),
  giveOffice: async ({ request, locals }) =>
    bodyAct(bodyForms.giveOffice, await request.formData(), ({ mandateId, office, ...days }) =>
      services().bodies.giveOffice(viewerIn(locals), { mandateId, office, ...spanOf(days) }),
    ),
  endOffice: async ({ request, locals }) =>
    bodyAct(bodyForms.endOffice, await request.formData(), ({ officeId, lastDay }) =>
      services().bodies.endOffice(viewerIn(locals), { officeId, until: untilOf(lastDay) }),
    ),
}

const untilOf = (lastDay: string): string => spanOf({ from: lastDay, lastDay }).until ?? lastDay
