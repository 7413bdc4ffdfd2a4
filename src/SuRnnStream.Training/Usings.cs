global using SuRnnStream.Evaluation.Spoken;
