-- What was settled once stays, whoever asks: meetings are judged by the rules of their time.
CREATE TRIGGER setting_change_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "setting_change"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
