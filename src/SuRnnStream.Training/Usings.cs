global using SuRnnStream.Evaluation.Moments;
global using SuRnnStream.Evaluation.Spoken;
