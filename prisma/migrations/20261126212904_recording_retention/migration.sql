-- AlterTable
ALTER TABLE "recording" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3),
ADD COLUMN     "deleted_by_days" INTEGER,
ADD COLUMN     "deleted_by_id" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "journal_bytes" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "keep_changed_at" TIMESTAMPTZ(3),
ADD COLUMN     "keep_reason" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "unit" ADD COLUMN     "recording_quota_gb" INTEGER NOT NULL DEFAULT 0;
