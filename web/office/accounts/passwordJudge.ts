import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import { searchText } from '#contract/vietnamese.ts'

/** How soon somebody guesses a password who begins with what is likely. */
export interface PasswordVerdict {
  /** The tries, as a power of ten. */
  guessesLog10: number
  /** It is made of what is known of its holder. */
  isPersonal: boolean
}

/** So many characters are judged; what comes after them only makes it harder, and judging takes longer. */
const judgedLength = 64

/**
 * What people of a Vietnamese office think of first, as `searchText` has it: the lists of the estimator know English and
 * what was leaked elsewhere.
 */
const likelyHere = [
  'điểm cầu',
  'mật khẩu',
  'mật khẩu mới',
  'quản trị',
  'quản trị viên',
  'quản trị hệ thống',
  'administrator',
  'cuộc họp',
  'họp trực tuyến',
  'trực tuyến',
  'hội nghị',
  'hội đồng',
  'hội đồng nhân dân',
  'hđnd',
  'ủy ban',
  'ủy ban nhân dân',
  'nhân dân',
  'ubnd',
  'văn phòng',
  'văn thư',
  'thư ký',
  'chủ tịch',
  'thành phố',
  'hà nội',
  'thủ đô',
  'việt nam',
  'phường',
  'cán bộ',
  'xin chào',
  'anh yêu em',
  'em yêu anh',
  'yêu em',
  'đảng cộng sản',
  'độc lập',
  'tự do',
  'hạnh phúc',
  'hồ chí minh',
  'sài gòn',
  'đăng nhập',
  'tài khoản',
  'chào mừng',
]

/** The estimator of how soon a password is guessed; it takes a moment and some 25 MB. */
export class PasswordJudge {
  readonly #zxcvbn = new ZxcvbnFactory({
    dictionary: { ...dictionary, 'likely-here': likelyHere.flatMap(asTyped) },
    graphs: adjacencyGraphs,
    maxLength: judgedLength,
  })

  /** @param known what is known of its holder: names, addresses, units */
  judge(password: string, known: readonly string[]): PasswordVerdict {
    const words = [...new Set(known.flatMap(knownWords))]
    // With and without its diacritics: leaving them out, or putting them in, is the first thing that is tried.
    const verdicts = [password, unaccented(password)].map((text) => this.#zxcvbn.check(text, words))
    return {
      guessesLog10: Math.min(...verdicts.map((verdict) => verdict.guessesLog10)),
      isPersonal: verdicts.some(({ sequence }) =>
        sequence.some((match) => 'dictionaryName' in match && match.dictionaryName === 'userInputs'),
      ),
    }
  }
}

/** A name, an address or a unit as it is typed, whole and in its parts. */
function knownWords(text: string): string[] {
  const parts = searchText(text).split(' ')
  const ends = parts.map((_, i) => parts.slice(i).join(' '))
  return [text.toLowerCase(), ...[...parts, ...ends.flatMap(asTyped)].filter((word) => word.length >= 3)]
}

/** With spaces and without. */
function asTyped(text: string): string[] {
  const words = searchText(text)
  return [words, words.replaceAll(' ', '')]
}

/** Everything else stays as it is. */
function unaccented(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
}
