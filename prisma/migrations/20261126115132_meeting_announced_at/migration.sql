-- AlterTable
ALTER TABLE "meeting" ADD COLUMN     "announced_at" TIMESTAMPTZ(3);

-- What was announced before is taken to have been so since it was made.
UPDATE "meeting" SET "announced_at" = "created_at" WHERE "status" <> 'draft';
