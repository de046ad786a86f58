-- AlterTable
ALTER TABLE "recording" ADD COLUMN     "composition" INTEGER NOT NULL DEFAULT 0;
