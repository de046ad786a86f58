-- AlterTable
ALTER TABLE "meeting" ADD COLUMN     "place_search" TEXT NOT NULL DEFAULT '';

-- As searchText (signalling/contract/vietnamese.ts) has it; places are written anew with every save of a plan.
UPDATE "meeting" SET "place_search" = trim(regexp_replace(
  replace(lower(regexp_replace(normalize("place", NFD), '[\u0300-\u036f]', '', 'g')), 'đ', 'd'),
  '[^[:alnum:]]+', ' ', 'g'));
