-- AlterTable
ALTER TABLE "recovery_code" ADD COLUMN     "key_id" TEXT;
