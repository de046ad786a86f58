-- AlterTable
ALTER TABLE "recording" ADD COLUMN     "faults" JSONB NOT NULL DEFAULT '[]';
