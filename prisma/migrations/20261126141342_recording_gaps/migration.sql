-- AlterTable
ALTER TABLE "recording" ADD COLUMN     "gaps" JSONB NOT NULL DEFAULT '[]';
