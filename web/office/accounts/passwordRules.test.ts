import { beforeAll, describe, expect, it } from 'vitest'
import { SettingHistory } from '#contract/settings.ts'
import { type PasswordRules, createPasswordRules, passwordRulesOf } from './passwordRules.ts'
import { createPasswordHashing } from './passwordHashing.ts'

/** Where nobody has settled anything. */
const standard = passwordRulesOf(new SettingHistory([]).at(0))

const person = {
  name: 'Nguyễn Thị Mẫu Hồng',
  email: 'hongntm@hoankiem.mau.example',
  units: ['Phường Hoàn Kiếm', 'Sở Khoa học và Công nghệ'],
}
let demandGood: (password: string, rules?: PasswordRules) => Promise<void>
beforeAll(() => {
  const rules = createPasswordRules(createPasswordHashing())
  demandGood = (password, chosen = standard) =>
    rules.demandGood({ password, field: 'password', person, rules: chosen })
})

const refusalOf = async (password: string, rules?: Partial<PasswordRules>): Promise<unknown> => {
  try {
    await demandGood(password, { ...standard, ...rules })
    return null
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad_request', detail: { field: 'password' } })
    return (error as { detail: { reason: string } }).detail.reason
  }
}

describe('a password', () => {
  it.each([
    '123456789012',
    '000000000000',
    '987654321098',
    'password1234',
    'Password@123',
    'qwertyuiop12',
    'qwertyuiop[]',
    '1qaz2wsx3edc',
    'zxcvbnm,./12',
    'abcdefghijkl',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    '01012026010120',
    'Admin@123456',
    'administrator1',
    'Hanoi@123456',
    'Hà Nội 12345',
    'MatKhau@2026',
    'Mật khẩu 2026',
    'matkhaumoi123',
    'Diemcau@2026',
    'Điểm Cầu 2026',
    'thanhphohanoi',
    'ubndthanhpho1',
    'Ủy ban nhân dân',
    'uybannhandan1',
    'xinchaovietnam',
    'Anh yêu em 123',
    'quantrihethong',
    'cuochop@2026',
  ])('that everybody tries first is refused: %s', async (password) => {
    expect(await refusalOf(password)).toBe('common')
  })

  it.each([
    'Nguyễn Thị Mẫu Hồng',
    'nguyen thi mau hong',
    'nguyenthimauhong',
    'NguyenThiMauHong1',
    'HongNguyen@2026',
    'hongntm@2026!!',
    'hongntm@hoankiem.mau.example',
    'Phường Hoàn Kiếm',
    'phuonghoankiem',
    'HoanKiem@2026',
    'khoahocvacongnghe',
    'Khoa học và Công nghệ',
  ])('made of what everybody knows of its holder is refused: %s', async (password) => {
    expect(await refusalOf(password)).toBe('personal')
  })

  it.each([
    'một mật khẩu dài',
    'mưa rào cuối hạ bên hồ',
    'con meo vang ngoi hoc bai',
    'K#9!z&2@Lq$7',
    'mau-6e0c39a4-3b37-4d8a-9a9e-7f3c0d5b1a22',
  ])('that nobody guesses is taken: %s', async (password) => {
    expect(await refusalOf(password)).toBeNull()
  })

  it('is as long, and of as many kinds of characters, as the rules ask', async () => {
    expect(await refusalOf('K#9!z&2@Lq$')).toBe('short')
    // Letters are counted as people do, whichever way they are encoded.
    expect(await refusalOf('mùa lũ về!'.normalize('NFD'))).toBe('short')
    expect(await refusalOf('K#9!z&2@Lq$', { length: 8 })).toBeNull()
    expect(await refusalOf('mưa rào cuối hạ', { kinds: 2 })).toBeNull()
    expect(await refusalOf('mưa rào cuối hạ', { kinds: 3 })).toBe('kinds')
    expect(await refusalOf('Mưa rào cuối hạ', { kinds: 3 })).toBeNull()
    expect(await refusalOf('Mưa rào cuối hạ', { kinds: 4 })).toBe('kinds')
    expect(await refusalOf('Mưa rào cuối hạ 7', { kinds: 4 })).toBeNull()
  })

  it('is judged as strictly as the rules say', async () => {
    expect(await refusalOf('P@ssw0rd2026!!')).toBe('common')
    expect(await refusalOf('P@ssw0rd2026!!', { strength: 'moderate' })).toBeNull()
    expect(await refusalOf('123456789012', { strength: 'moderate' })).toBe('common')
    expect(await refusalOf('123456789012', { strength: 'unchecked' })).toBeNull()
  })

  it('that is as long as may be is judged soon', async () => {
    const startedAtMs = performance.now()
    for (const part of ['1!lI', '4@4@(3{[<', 'a1b2c3d4', 'ăâđêôơư']) {
      await refusalOf(part.repeat(40).slice(0, 128))
    }
    expect(performance.now() - startedAtMs).toBeLessThan(10_000)
  })
})
