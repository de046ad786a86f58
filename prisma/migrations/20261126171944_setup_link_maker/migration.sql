-- AlterTable
ALTER TABLE "setup_link" ADD COLUMN     "made_by_id" TEXT;
