-- CreateTable
CREATE TABLE "key_check" (
    "name" TEXT NOT NULL,
    "check" TEXT NOT NULL,
    "noted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "key_check_pkey" PRIMARY KEY ("name")
);
