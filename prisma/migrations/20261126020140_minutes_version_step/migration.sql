-- AlterTable
ALTER TABLE "minutes_version" ADD COLUMN     "step" TEXT NOT NULL DEFAULT 'draft';
