import { fileURLToPath } from 'node:url'

function face(file: string): string {
  return fileURLToPath(import.meta.resolve(`@expo-google-fonts/tinos/${file}`))
}

/** Tinos, the free metric twin of Times New Roman with all Vietnamese letters: the four faces' files. */
export const tinosFiles = {
  normal: face('400Regular/Tinos_400Regular.ttf'),
  bold: face('700Bold/Tinos_700Bold.ttf'),
  italics: face('400Regular_Italic/Tinos_400Regular_Italic.ttf'),
  bolditalics: face('700Bold_Italic/Tinos_700Bold_Italic.ttf'),
}
